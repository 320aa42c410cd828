"""Scenarios, simulated traffic, injects, scoring, qualifications: the sea as it might be, marked as such.

korea_strait  `korea_strait(curtain_at)`: the scenario that ships with Hanbada
scenario      records: vessels and their plans, stations, events, the story as truth; `programme(scenario, language)`,
              `numbers(scenario)`
traffic       `lines(scenario, start_us, stop_us, seed)`: AIVDM sentences as stations would forward them; `arrivals`
motion        `timetable(vessel)`, `states(motion, vessel, story_us)`: where everybody is, as a function of time
carrier       `carrier(name, sha256, positions, statics)`: real traffic that carries injects; `ships`, `thinned`
wire          `lines(carrier)`: it as AIVDM sentences
injects       `planted(carrier, what)`, `inject(name)`: what is put in and the truth of it; says how to add one
evaluation    `evaluate(name, carrier, control, chain, seed, rounds)`: what a detector is worth
forecast_trial  `tested(trial, paths, clock)`: forecasting methods side by side on a recording
scoring       matches of detections and truths, figures with block-bootstrap intervals
"""
