"""What we know beforehand: ports, areas, lanes, cables, registers, watch lists, storms; each with source and licence.

kinds      KINDS, sniff(files), read(kind, files): which packs there are, which one a file is, and its rows
shapes     Area and Line: what has a place on the map; in_season(area, month, day)
reading    Reading: rows, rejects with reasons, what was left out; Kind, Format, Source
tables     PORTS, ANCHORAGES, REGISTER, PAST_INCIDENTS, STORM_FIXES, SEA_EDGES, PACK_REJECTS
areas      read(files), read_geojson(bytes): EEZs, claims, seas, a user's zones
tss, limits, lanes, cables, land, network, ports, anchorages, registers, incidents, storms, basemap
           read(files) of that kind; cables.corridor_areas(lines, half_width_m)
mmsi       mmsi_class(mmsi), mid_of(mmsi), flag_of(mmsi), is_gear_name(name)
imo        imo_valid(number)
call_signs_itu        call_sign_country(text), call_sign_fits(text, flag), administration(flag)
ship_types_m1371_5    ship_type_name(code), ship_class(code), SHIP_CLASSES, NAV_STATUS
countries_iso3166     country(text), country_name(code), COUNTRIES
mid_itu               MID_COUNTRY, PLACES
schemes               mapped(answers, scheme), every(answers, TABLE): an incident as each reporting centre has it
schemes_2026_11       TABLE: their categories, with source, edition and what is not certain
place_names           neutral(name), NEUTRAL_NAMES
rings, corridors      continuous rings and lines; strips along lines
documents, features, layers, geojson, topojson, shapefile, marine_regions, zones
           how files are opened and what their attributes mean
"""
