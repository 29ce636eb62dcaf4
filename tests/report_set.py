"""The set of reports: how many charts each notebook draws when it is run as it stands."""

CHARTS = {
    "data_quality": 1,
    "kpi_achievement": 2,
    "mynumber_card": 2,
    "online_procedures": 3,
    "overview": 1,
    "rpa_hours": 3,
    "security_incidents": 1,
    "sql_cookbook": 1,
    "start_here": 4,
    "themes": 1,
    "ward_profile": 11,
}

WARDS = {
    "13103": ("minato", "港区"),
    "13107": ("sumida", "墨田区"),
    "13108": ("koto", "江東区"),
    "13111": ("ota", "大田区"),
    "13114": ("nakano", "中野区"),
}
"""The wards that have documents, and so a profile, by code: slug and name."""

PROFILE_CHARTS = {"13103": 1, "13107": 2, "13108": 1, "13111": 11, "13114": 12}

PAGE_CHARTS = {name: count for name, count in CHARTS.items() if name != "ward_profile"} | {
    f"ward_profile-{slug}": PROFILE_CHARTS[code] for code, (slug, _) in WARDS.items()
}
"""The charts of each page that `wardplans report` writes, by its name without language and ending."""
