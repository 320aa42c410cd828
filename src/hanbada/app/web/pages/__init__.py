"""The pages, one file for each desk. Each function takes a request and gives a response; the doors are in `routes`."""
