"""Points tables after published rules, language and local ties left out or averaged in."""

from __future__ import annotations

from agents.points import points_text

JAPAN_POINTS = points_text({
    "degree_phd": 30, "degree_master": 20, "degree_bachelor": 10,
    "experience_over_10": 20, "experience_over_7": 15, "experience_over_5": 10,
    "experience_over_3": 5,
    "pay_over_66700": 40, "pay_over_60000": 35, "pay_over_53300": 30, "pay_over_46700": 25,
    "pay_over_40000": 20, "pay_over_33300": 15, "pay_over_26700": 10,
    "age_under_30": 15, "age_under_35": 10, "age_under_40": 5,
    "university_top500": 10,
})  # fmt: skip
KOREA_POINTS = points_text({
    "degree_phd": 25, "degree_master": 20, "degree_bachelor": 15,
    "age_under_25": 23, "age_under_30": 25, "age_under_35": 23, "age_under_40": 20,
    "age_under_45": 12, "age_under_50": 8,
    "pay_over_70400": 60, "pay_over_56300": 56, "pay_over_42300": 50, "pay_over_35200": 45,
    "pay_over_28200": 40, "pay_over_21100": 30,
})  # fmt: skip
# Twenty points stand for the firm's own criteria (nationalities, local staff), as small firms get.
COMPASS_POINTS = points_text({
    "job_offer": 20, "degree_bachelor": 10, "university_top100": 10,
    "pay_over_206600": 40, "pay_over_115000": 20, "pay_over_75000": 10,
})  # fmt: skip
# Degrees carry the points of good English as well.
EXPRESS_ENTRY_POINTS = points_text({
    "degree_phd": 286, "degree_master": 271, "degree_bachelor": 256,
    "age_under_30": 110, "age_under_35": 85, "age_under_40": 60, "age_under_45": 25,
    "experience_over_3": 100, "experience_over_1": 50,
})  # fmt: skip
HONG_KONG_POINTS = points_text({
    "degree_phd": 40, "degree_master": 20, "degree_bachelor": 10, "university_top100": 30,
    "age_under_40": 30, "age_under_45": 20, "age_under_51": 15,
    "experience_over_10": 20, "experience_over_5": 15, "experience_over_2": 5,
})  # fmt: skip
# Acclaim cannot be seen: one point for each sign of it, as rules ask for several of a list.
ACCLAIM_POINTS = points_text({
    "degree_phd": 1, "university_top100": 1, "experience_over_8": 1,
    "pay_over_350000": 2, "pay_over_200000": 1,
})  # fmt: skip
ENDORSEMENT_POINTS = points_text({
    "degree_phd": 1, "university_top100": 1, "experience_over_5": 1, "pay_over_100000": 1,
})  # fmt: skip
