"""Scenarios, simulated traffic, injects, scoring, qualifications: the sea as it might be, marked as such.

korea_strait  `korea_strait(curtain_at)`: the scenario that ships with Hanbada
scenario      records: vessels and their plans, stations, events, the story as truth; `programme(scenario, language)`,
              `numbers(scenario)`
traffic       `lines(scenario, start_us, stop_us, seed)`: AIVDM sentences as stations would forward them; `arrivals`
motion        `timetable(vessel)`, `states(motion, vessel, story_us)`: where everybody is, as a function of time
"""
