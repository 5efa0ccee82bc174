"""What every column means, and how each figure that is not read off a source was found."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from model.data.build import (
    ability,
    adoption,
    economy,
    firms,
    home,
    labs,
    law,
    mobility,
    newcomers,
    origins,
    places,
    talent,
    tax,
)
from model.data.build.common import write_table

REPORTED = "as_reported: the source's own figure, in its own definition."
PERSONS, SHARE, USD = "persons", "fraction", "USD of 2024"
RANGE = "2.5 and 97.5 % bounds of an uncertain value; blank where the source states no error."


def stock_method(errors: dict[tuple[str, ...], float]) -> str:
    """How the opening stock is found, with the errors of the lines fitted."""
    listed = ", ".join(f"{' and '.join(needs)} {error:.2f}" for needs, error in errors.items())
    return (
        "Relative stocks in one measure (AI authors and inventors, Zeki 2025) are scaled so that "
        f"the world holds {talent.WORLD_STOCK:,} AI experts at the end of 2023 (BCG), then cast "
        "back to the end of 2018 by stock_growth. stock_measured: the measure itself, or its rate "
        "per inhabitant times population. stock_regression: the mean of the lines in logs whose "
        "predictors the country has, each weighted by the inverse square of its forecast error, "
        "which grows away from the fitted countries; lines that would reach beyond their range "
        "serve only where no other is left; leave-one-out errors in logs: "
        f"{listed}. stock_china: the American figure times the geometric mean of "
        f"{talent.CHINA_TO_USA} (conference and preprint authors 2018-19, top-tier authors at "
        "work 2022, scholars 2016), those extremes being the interval, since the measure leaves "
        "China out. stock_rest: scholars of all other countries times the median stock per "
        "scholar of the poorer half of the named ones. A stock of authors and inventors is read "
        "as a share of AI experts: countries of many engineers and few authors (India) come out "
        "small. The world total is exact by construction, so country errors are correlated."
    )


GROWTH = (
    "A proxy only. growth_concentration: yearly growth 2018-2023 of the AI share of members, mean "
    "of women's and men's, read as growth of the stock; it leaves out growth of the work force "
    f"and mixes in more people listing such skills; held between {talent.GROWTH_LOW} and "
    f"{talent.GROWTH_HIGH}. growth_region: median of the region where three or more countries are "
    "known, else of all. growth_korea: mean of the world median and the growth of workers with AI "
    "skills 2010-2024 (Bank of Korea). growth_china: the upper bound, since its part of top-tier "
    "authors more than doubled against the American one between 2019 and 2022."
)
ENTRANTS = (
    f"entrants_balance: stock times (stock_growth plus an exit rate of {talent.EXIT_RATE}), as if "
    "net migration were nil, so a country that gains people by migration is given too many "
    "entrants. entrants_capped: no more than "
    f"{talent.DEGREE_CAP} times the computing degrees, first and doctoral, of the latest year; "
    "where the cap bites, degree statistics are thin (Luxembourg, Türkiye)."
)
PAY = (
    "pay_income: American median times (income a head at market rates over the American, at most "
    f"1) to the power {economy.PAY_ELASTICITY} times the AI wage premium over the American one "
    f"(Korea 6, United States 25, Canada 18, {economy.PREMIUM_ELSEWHERE:.0%} elsewhere). Income "
    "is the smaller of output and national income a head, which softens the excess of "
    "Ireland, Luxembourg and Singapore (Irish pay remains too high). Ranges hold the error of the "
    "elasticity and 12 % of level. China and India are "
    "likely too low: their AI pay stands further above the average than elsewhere."
)
CONCENTRATION = (
    f"{REPORTED} concentration_genders: mean of women's and men's shares of members, 2023, 2 to "
    "10 % off the totals where both are known. concentration_regression: a line in logs on "
    "scholars a head and income over the countries known."
)
PUBLIC = (
    f"public_performers: {economy.PUBLIC_SLOPE} times the part of all research performed by "
    "government and higher education, since AI is more of an industry matter, held between "
    f"{economy.PUBLIC_LOW} and {economy.PUBLIC_HIGH}. public_poorer: the median of poorer "
    "countries known."
)
BUDGET = (
    f"budget_research: {economy.PUBLIC_AI_SHARE:.0%} of research performed by government and "
    "higher education, at market rates. budget_pay_bill: where that cannot pay the public staff, "
    f"{economy.PUBLIC_OVERHEAD} times their number at {economy.PUBLIC_PAY} of mean AI pay."
)
ENVIRONMENT = (
    f"environment_index: {economy.ENVIRONMENT_FLOOR} plus {1 - economy.ENVIRONMENT_FLOOR:.1f} "
    "times a weighted mean relative to the United States, each part at most "
    f"{economy.ENVIRONMENT_CAP}: leading universities (mean of the log number and the number a "
    "head) 0.40, research share of output 0.25, researchers a head 0.20, academic freedom 0.15; "
    "missing parts take the median (freedom in Hong Kong: background). poorer_median: of the "
    "countries with under a tenth of American income. It ranks laboratories as a mobile "
    "researcher might, not for a particular field."
)
STARTUP = (
    f"startup_capital: {economy.STARTUP_USA} times (AI venture capital per AI person over the "
    f"American one) to the power {economy.STARTUP_POWER}, capital of 2019-2023 in one OECD.AI "
    "vintage; Israel from its ratio to Britain in a later vintage, Japan from its ratio to the "
    f"United States 2018-2020. startup_income: {economy.STARTUP_REST} of a line on income, for "
    "countries without a figure. Level and power are assumptions."
)
NEWCOMERS = (
    "newcomers_regime: the ordinary rate less what the country's rule for people from abroad "
    "saves: a share off income tax (off contributions, too, where the rule says so) or a flat rate "
    "in its place, contributions staying; times the part of the first "
    f"{newcomers.HORIZON_YEARS:g} years for which it lasts, times the part of AI people whom it "
    "covers: those above its floor, by a log-normal pay with a spread of "
    f"{newcomers.PAY_SPREAD:g}, or a judgement where it is for researchers or experts. Range: "
    "half the saving either way. newcomers_ordinary: blank, the ordinary rate holds. Income tax "
    "of this table is low for high pay, so flat rates that help the highly paid save nothing at "
    "it: Spain 24 %, Korea 19 %, Finland 35 %, later 32 %. Left out as too narrow: Ireland (staff "
    "sent by their employer), Norway (first year, low pay), Switzerland (costs only), Portugal's "
    "second rule and Malaysia's (people who come back alone), China and Quebec (regions), "
    "foreign income (Israel, New Zealand). Taiwan's stands with its scheme."
)
NON_COMPETES = (
    "General knowledge, no page retrieved: whether such a clause binds an employee after the job. "
    "clauses_named: "
    + "; ".join(f"{country} {int(clause.enforced)} ({clause.why})"
                for country, clause in law.NON_COMPETES.items())
    + ". clauses_elsewhere: they bind within reason. Range 0 to 1 where it is doubtful."
)
FOREIGN = (
    f"{REPORTED} One less the native share of origins.csv. foreign_scholars: log odds move with "
    "those of the geometric mean of foreign scholars per scholar and migrants per inhabitant, "
    f"through the American {origins.USA_FOREIGN} with slopes {origins.SLOPE_BELOW} below and "
    f"{origins.SLOPE_ABOVE} above, held between {origins.FOREIGN_LOW} and {origins.FOREIGN_HIGH}. "
    "foreign_known: degree from abroad (Germany, France) or a figure between those of all "
    "professionals and of scholars (Korea; Taiwan as Korea)."
)
ABILITY = (
    "authors_probit: authors at 21 AI conferences of 2018 over the stock, taken as the part above "
    "one bar of a normal standing; the difference of probits to the world, less its mean, times "
    f"{ability.DAMPING} (range {ability.DAMPING - ability.DAMPING_ERROR} to "
    f"{ability.DAMPING + ability.DAMPING_ERROR}), an assumption, since authorship also shows where "
    "people are meant to publish. Authors are counted at the head office of their employer, "
    "which flatters the United States. authors_unlisted: a line on the log of leading universities "
    f"for {ability.HEADS:,.0f} AI people over the countries listed, its level such that all others "
    "together have the authors left over and none more than the last country listed."
)
HOME = (
    f"home_returns: arrivals of scholars a year, mean of the {home.YEARS} years to 2016, times the "
    "native share of the country (who arrives where hardly anybody is foreign comes home), over "
    "scholars abroad born there (shares of origins.csv); the log of that rate, less what a line on "
    "mobility and on pay after tax at purchasing power explains, since both act in the model by "
    "themselves; times the correlation, over countries, of what is thus left of returns from the "
    "United States and from elsewhere (0.5), mean nought over the stock. "
    "No stay rate was used. Birth is not recorded: what counts as returned or abroad is imputed. "
    "home_rest: no residual."
)
ORIGINS = (
    "origins_scholars: scholars living abroad by origin, accumulated over the moves of 1998-2016 "
    f"after a backlog of {origins.BACKLOG_YEARS} years, less returns ({origins.HOME_HAZARD} a "
    f"year) and losses ({origins.LOSS_HAZARD} a year); leavers of a country with many foreigners "
    "count less as born there, since many had come as students. The mix is a geometric mean with "
    f"all migrants (weight {origins.PERSISTENCE}), tilted so that of the foreign in the United "
    f"States China gives {origins.USA_CHINA} and India {origins.USA_INDIA}, and elsewhere by "
    f"{origins.TILT_ELSEWHERE} of that tilt in logs. origins_proxy: rows with Taiwan, whose moves "
    "are Korea's scaled by its totals in a second data base, or with the rest of the world. "
    "Shares below 0.0005 are folded into ROW; shares of a country sum to one exactly."
)
ENTRANT_ORIGINS = (
    "No data on students by origin were at hand, so an assumption: the foreign part is "
    f"{origins.ENTRANT_FACTOR} of that of residents, and {', '.join(origins.LARGE_SENDERS)} weigh "
    f"{origins.SENDER_TILT} times as much."
)
FIRM_STAFF = (
    "firm_recorded: an outside estimate of March 2023. firm_remainder: the rest of the five "
    "largest, by research spending. firm_employees: "
    f"{firms.LAB_SHARE} of the employees of January 2023. firm_research: research spending times "
    "the staff per dollar of Amazon and Google, more where pay is lower (Samsung: spending of "
    "2017). firm_assumed: judgement, right within a factor of two. Staff are counted world-wide; "
    "labs.csv says which part works abroad. A country's named firms hold at most "
    f"{firms.LARGEST_SHARE:.0%} of its opening stock."
)
ADOPTION = (
    "adoption_income: a line in logs on income a head over the ten countries with a survey, no "
    "poorer country reaching beyond the poorest of them. adoption_survey: the mean in logs of that "
    "line and of the survey (Korea 2018, firms of 50 and more; United States 2018, all firms, "
    "fewer than the share given; Sweden 2019; eight of Europe 2020, firms of ten and more), each "
    "by the inverse square of its error, since surveys count different firms and different uses "
    f"(log error {adoption.SURVEY_ERROR}, an assumption). European figures of 2020 are the first "
    "there are. Only how countries stand to each other counts."
)
LABS = (
    f"lab_size: {labs.UNIT:.0%} of the firm's AI staff for a laboratory, twice that for a large "
    "one or several in a country, three times that for a second seat of the firm; the sizes are "
    "judgement, the places general knowledge, neither verified. Offices that sell or only adapt "
    "products are left out, so is most engineering abroad."
)
FIELDS = (
    "fields_clusters: demand is the American job advertisements of 2025 by cluster, each cluster "
    "spread over fields by assumption and the overlapping total left out; supply is an assumption "
    "for 2018 in which vision and language lead and systems have the share of data engineers "
    "among AI professionals (15 %). Demand is where the market drifts to, not its state in 2018; "
    "no uncertainty is known for either."
)


def country_lines(errors: dict[tuple[str, ...], float]) -> list[tuple[str, str, str, str]]:
    """Column, unit, meaning, method of the country table."""
    return [
        ("population", PERSONS, "inhabitants, middle of 2018",
         f"{REPORTED} Taiwan 2021, rounded. population_rest: the world less the named countries."),
        ("stock", PERSONS, "AI people living in the country at the end of 2018",
         stock_method(errors)),
        ("stock_growth", "fraction a year", "growth of the stock, end of 2018 to end of 2023",
         GROWTH),
        ("entrants", PERSONS, "people entering the profession in 2019 at the country of study, "
         "graduates and career changers", ENTRANTS),
        ("pay_usd", f"{USD} a year", "mean pay of AI staff at market exchange rates",
         f"{REPORTED} {PAY}"),
        ("price_level", "United States = 1", "what goods cost at market exchange rates",
         f"{REPORTED} price_ratio: output a head at market rates over that at purchasing power. "
         "price_income: a line in logs on income."),
        ("ai_concentration", SHARE, "share of the work force who are AI people, as in the "
         "denominator of published net flows, 2023", CONCENTRATION),
        ("top100_universities", "universities", "universities among the best hundred, 2025",
         "universities_mean: mean over ARWU, QS and THE."),
        ("top500_universities", "universities", "universities among the best 500, 2025",
         f"{REPORTED} ARWU alone."),
        ("research_environment", "United States = 1", "how attractive laboratories are",
         ENVIRONMENT),
        ("public_research_budget_usd", f"{USD} a year", "public spending on AI research", BUDGET),
        ("public_share", SHARE, "share of AI people in universities and public laboratories",
         PUBLIC),
        ("startup_share", SHARE, "share of AI people in startups", STARTUP),
        ("tax_rate", SHARE, "average tax on AI pay",
         "tax_wages: income tax and own contributions over gross pay of a single person at average "
         f"pay, {tax.PROGRESSION:.2f} added, an assumption, for pay well above. tax_mean: the mean "
         "of those, for want of data. tax_none: no tax on wages; tax_light: low rates (general "
         "knowledge, both)."),
        ("newcomer_tax_rate", SHARE, "mean tax on AI pay in the first years after coming from "
         "abroad; blank: the ordinary rate", NEWCOMERS),
        ("dual_citizenship", "code 0 to 3", "0 none, 1 own citizens abroad only, 2 naturalising "
         "foreigners only, 3 both; law on 1 January 2020",
         f"{REPORTED} citizenship_assumed: Hong Kong by Chinese nationality law; rest of the "
         "world 3. citizenship_before: Norway accepts both since that very day, so none here."),
        ("years_to_citizenship", "years", "residence for ordinary naturalisation, 2020",
         f"{REPORTED} citizenship_assumed: China 30 (hardly ever granted), Hong Kong 7 (right of "
         "abode), rest of the world the median."),
        ("non_competes_enforced", "code 0 or 1", "whether a clause that bars people from rivals "
         "binds them", NON_COMPETES),
        ("foreign_share", SHARE, "share of AI people born abroad", FOREIGN),
        ("phd_share", SHARE, "share of AI people with a doctorate",
         f"{REPORTED} phd_scaled: share among authors and inventors times the Korean ratio of "
         "workers to authors (0.23 over 0.425). phd_median: the median of those."),
        ("master_share", SHARE, "share of AI people whose highest degree is a master",
         f"{REPORTED} master_korea: the Korean figure for want of others."),
        ("ai_adoption", SHARE, "share of firms that use AI, about 2018 to 2020", ADOPTION),
        ("industry_size", "billion USD of 2018", "output of the economy at market rates",
         f"{REPORTED} size_income: income times population."),
        ("industry_growth", "fraction a year", "growth of the economy in the years to come",
         f"growth_decade: that of {adoption.DECADE} years before the opening at purchasing power, "
         "less American inflation, "
         f"held between {adoption.GROWTH_LOW:g} and {adoption.GROWTH_HIGH:g}, its error a "
         "judgement. growth_median: the median of those."),
        ("ability_shift", "standard deviations", "mean standing in ability of the AI people of a "
         "country, world = 0", ABILITY),
        ("home_pull", "log points", "attachment of people born in the country to it, world = 0",
         HOME),
    ]  # fmt: skip


def other_lines() -> list[tuple[str, str, str, str, str]]:
    """Table, column, unit, meaning, method of the other tables."""
    pair = "rows with ROW: mean over the 39 other countries of the file, weighted by population"
    return [
        ("country_names", "country", "code", "ISO 3166-1 alpha-3; ROW for all other countries", ""),
        ("country_names", "name", "text", "English name", ""),
        ("country_names", "region", "text", "neighbours used for imputation", ""),
        ("country_points", "country", "code", "ISO 3166-1 alpha-3; not ROW", ""),
        ("country_points", "place", "text", "main city (cepii)", ""),
        ("country_points", "latitude", "degrees north", "of the main city (cepii)", ""),
        ("country_points", "longitude", "degrees east", "of the main city (cepii)", ""),
        ("country_points", "source", "text", "id in sources", ""),
        ("land", "outline", "number", "one closed line of land (naturalearth)",
         f"Lines thinned to {places.TOLERANCE} degrees; islands under {places.LEAST_EXTENT:g} "
         "degrees and Antarctica left out."),
        ("land", "longitude", "degrees east", "of a corner of the line", ""),
        ("land", "latitude", "degrees north", "of a corner of the line", ""),
        ("outlines", "country", "code", "ISO 3166-1 alpha-3; ROW for all other countries", ""),
        ("outlines", "outline", "number", "one closed line of a country (naturalearth)",
         f"Lines thinned to {places.TOLERANCE} degrees; further islands under "
         f"{places.LEAST_EXTENT:g} degrees and Antarctica left out. Hong Kong and Singapore are "
         "too small to have any."),
        ("outlines", "longitude", "degrees east", "of a corner of the line", ""),
        ("outlines", "latitude", "degrees north", "of a corner of the line", ""),
        ("corridors", "origin", "code", "country left", ""),
        ("corridors", "destination", "code", "country entered", ""),
        ("corridors", "distance_km", "km", "distance weighted by where people live (cepii)", pair),
        ("corridors", "common_language", "0 or 1",
         "a shared official language, or one spoken by 9 % or more in both (cepii)",
         "English in Korea and Egypt is not counted, being learnt rather than spoken; "
         f"{pair}, 1 from one half on"),
        ("corridors", "linguistic_distance", "0 to 1", "1 = unrelated languages (linguistic)",
         pair),
        ("corridors", "colonial_tie", "0 or 1", "one ever ruled the other (cepii)",
         f"{pair}, 1 from one half on"),
        ("corridors", "free_movement", "0 or 1", "no visa needed at the opening of 2019",
         "European Union, European Economic Area and Switzerland, with the United Kingdom until "
         "its end date; Britain and Ireland; Australia and New Zealand; Mercosur residence with "
         "its associates; Gulf. China and Hong Kong are not one area. From treaties."),
        ("corridors", "free_movement_until", "month", "last month of free movement, blank if open",
         ""),
        ("corridors", "migrant_stock", PERSONS,
         "people born in the origin living in the destination, middle of 2020 (undesa)",
         "Blank pairs: a line of log(migrants + 1) on logs of both populations, distance, incomes "
         "and on ties, fitted to the pairs recorded, without error term, right within a "
         "factor of ten. Taiwan is wholly missing: its emigrants are Korea's times the ratio of "
         "their doctorates in the United States (0.45), by the line in China and Hong Kong and "
         "for immigrants. ROW: sum over the other countries of the file."),
        ("corridors", "imputed", "list", "columns of the row that are imputed, joined with ;", ""),
        ("origins", "country", "code", "where people live", ""),
        ("origins", "origin", "code", "where they were born", ""),
        ("origins", "share", SHARE, "share of the country's AI people", ORIGINS),
        ("origins", "entrant_share", SHARE, "share of those who enter the profession there",
         ENTRANT_ORIGINS),
        ("origins", "kind", "text", "as in countries", ""),
        ("origins", "method", "text", "method id", ORIGINS),
        ("reforms", "month", "month", "first month of the new rule",
         "Dated within a run it changes the lever then; later law already passed, too. One before "
         "2019 is in the opening figure and only documents it."),
        ("reforms", "country", "code", "as in countries", ""),
        ("reforms", "lever", "text", "a lever of the country", ""),
        ("reforms", "value", "JSON", "as a person would write it in a policy; null: no such rule",
         f"newcomer_tax_rate: {NEWCOMERS}"),
        ("reforms", "title", "text", "what changed", ""),
        ("reforms", "source", "text", "ids in sources joined with ;", ""),
        ("observed", "country", "code", "country or group; WLD world, NAM North America", ""),
        ("observed", "year", "year", "year of the figure", ""),
        ("observed", "measure", "text", "what was measured",
         "Series of AI net flows end in 2023; later years are kept aside for an independent check. "
         "Never compare two editions of a series."),
        ("observed", "value", "see unit", "the published figure", ""),
        ("observed", "unit", "text", "unit of the value", ""),
        ("observed", "edition", "text", "the edition that printed it", ""),
        ("observed", "source", "text", "id in sources", ""),
        ("observed", "note", "text", "caveat", ""),
        ("firms", "firm", "text", "employer", ""),
        ("firms", "country", "code", "home", ""),
        ("firms", "founded", "year", "year founded (general knowledge)", ""),
        ("firms", "ai_staff", PERSONS, "AI staff in 2023, world-wide", FIRM_STAFF),
        ("firms", "ai_staff_2018", PERSONS, "AI staff at the end of 2018",
         "ai_staff cast back by the growth of the home country's stock; 0 where founded later."),
        ("firms", "pay_multiple", "ratio", "pay over the country's mean AI pay",
         f"(negotiated offer of 2023 over mean American AI pay) to the power {firms.COMPRESSION}, "
         "since offers are an upper tail; an assumption where no offer is recorded."),
        ("firms", "environment", "ratio", "research environment relative to the country's",
         "Assumption: frontier laboratories 2, firms without a research arm below 1."),
        ("firms", "kind", "text", "kind of ai_staff", ""),
        ("firms", "source", "text", "ids in sources joined with ;", ""),
        ("firms", "method", "text", "method id of ai_staff", FIRM_STAFF),
        ("labs", "firm", "text", "employer, as in firms", ""),
        ("labs", "country", "code", "where the laboratory is", ""),
        ("labs", "share", SHARE, "part of the firm's AI staff that works there", LABS),
        ("labs", "opened", "year or month", "a year up to 2018, the month of opening later",
         "General knowledge, not verified."),
        ("labs", "kind", "text", "kind of share", ""),
        ("labs", "source", "text", "ids in sources joined with ;", ""),
        ("labs", "method", "text", "method id of share", LABS),
        ("fields", "field", "text", "id of the field", ""),
        ("fields", "title", "text", "its name", ""),
        ("fields", "supply_share", SHARE, "share of AI people in the field, 2018", FIELDS),
        ("fields", "demand_share", SHARE, "share of what employers ask for, 2025", FIELDS),
        ("fields", "kind", "text", "as in countries", ""),
        ("fields", "source", "text", "ids in sources joined with ;", ""),
        ("fields", "method", "text", "method id", FIELDS),
        ("sources", "id", "text", "short name used in the tables", ""),
        ("sources", "title", "text", "title", ""),
        ("sources", "publisher", "text", "who published it", ""),
        ("sources", "year", "year", "year of publication", ""),
        ("sources", "licence", "text", "terms of use", ""),
        ("sources", "url", "text", "where to find it", ""),
        ("sources", "note", "text", "caveat", ""),
    ]  # fmt: skip


MOBILITY_METHODS = {
    "mobility": "gross_shrunk: log of (arrivals and departures) over scholars, less the log of the "
    "same for the whole world, in each of two data bases; their mean, shrunk towards the mean "
    "country by its error (counts, and how far the data bases disagree).",
    "amenity": "balance_shrunk: half the log of arrivals over departures, as net_target implies "
    "it, shrunk towards balance by its error. Nothing that the model explains by itself is taken "
    "out; amenity.csv is the fitted one.",
    "net_target": "net_closed: gross_target times the hyperbolic tangent of the balance, which is "
    "the mean of balance_scholars and balance_linkedin weighted by inverse variance. What sets "
    "the two apart is estimated from their differences and shared equally; its standard deviation "
    f"is taken {mobility.COVERAGE_FACTOR:g} times as large for members in "
    f"{', '.join(mobility.UNDER_COVERED)}, few of whom are members (assumption). A shift common to "
    "all countries closes the world: net moves sum to nought at the stocks of countries.csv.",
    "gross_target": "gross_mean: moves in and out a year over scholars, geometric mean of two data "
    "bases that differ twofold; the error is that of a country relative to the world, the level "
    "is known to about a factor of 1.5.",
    "balance_scholars": "balance_mean: half the log of arrivals over departures of scholars, mean "
    "of two data bases, one alone for Taiwan and for the rest of the world.",
    "balance_linkedin": "members_index: net moves over members with AI skills (half the weight) "
    "and seven neighbouring skills and industries, each over its root mean square; their true "
    "spread between countries is set equal to that of balance_scholars, since members are known "
    "net only. Russia is missing; the rest of the world is weighted by scholars.",
}
MOBILITY_MEANINGS = {
    "mobility": ("log points", "how much more its people move than the world's"),
    "amenity": ("log points", "how far more come than go, shrunk"),
    "net_target": ("fraction a year", "arrivals less departures over stock"),
    "gross_target": ("fraction a year", "arrivals and departures over stock"),
    "balance_scholars": ("log points", "how far more scholars come than go"),
    "balance_linkedin": ("log points", "how far more members come than go"),
}
AFFINITY = (
    "Moves of scholars both ways are Poisson about a line in logs on a figure for each of both "
    "countries, distance and common language, times the exponential of affinity, which is normal "
    "between pairs (penalised quasi-likelihood). So it is shrunk by the error of the counts. Zero "
    "on average over the pairs known. Pairs with Taiwan, whose moves are not recorded, are zero "
    "with the full spread as error."
)


def mobility_lines() -> list[tuple[str, str, str, str, str]]:
    """Table, column, unit, meaning, method of the tables on moves."""
    recency = (
        f"each year weighs {mobility.RECENCY} of the next one; years up to the last one named"
    )
    lines = [
        ("mobility", "country", "code", "ISO 3166-1 alpha-3; ROW for all other countries", ""),
        ("mobility", "column", "text", "which figure the line holds", ""),
        ("mobility", "value", "see the figure", "the figure", ""),
        ("mobility", "low", "see the figure", "lower bound", RANGE),
        ("mobility", "high", "see the figure", "upper bound", RANGE),
        ("mobility", "fit_years", "years", "years the figure rests on", recency),
        ("mobility", "kind", "text", "as in countries", ""),
        ("mobility", "source", "text", "ids in sources joined with ;", ""),
        ("mobility", "method", "text", "method id, explained under the figure's own name", ""),
    ]
    for name, (unit, meaning) in MOBILITY_MEANINGS.items():
        lines.append(("mobility", name, unit, meaning, MOBILITY_METHODS[name]))
        lines.append(("mobility", f"{name}_error", unit, f"standard error of {name}", ""))
    return [
        *lines,
        ("affinity", "country_a", "code", "one country of an unordered pair", ""),
        ("affinity", "country_b", "code", "the other", ""),
        ("affinity", "affinity", "log points",
         "how many more move between two countries than size, distance and language explain",
         AFFINITY),
        ("affinity", "error", "log points", "standard error of affinity", ""),
        ("affinity", "flows", "persons a year",
         f"scholars moving either way, {mobility.SCHOLAR_YEARS}", f"{recency}; blank if unknown"),
        ("amenity", "country", "code", "ISO 3166-1 alpha-3; ROW for all other countries", ""),
        ("amenity", "amenity", "utility", "what draws people that nothing else here explains",
         "Fitted: simulated net moves of one still year are brought to the targets by "
         "experiments/fit_amenity.py."),
        ("amenity", "kind", "text", "fitted", ""),
        ("amenity", "target", "fraction a year", "net_target of mobility.csv", ""),
        ("amenity", "simulated", "fraction a year", "mean simulated net moves over stock", ""),
        ("amenity", "residual", "fraction a year", "target less simulated", ""),
    ]  # fmt: skip


def keys() -> list[tuple[str, str, str, str, str]]:
    """The columns of the long country table itself."""
    return [
        ("countries", "country", "code", "ISO 3166-1 alpha-3; ROW for all other countries", ""),
        ("countries", "column", "text", "which figure the line holds", ""),
        ("countries", "value", "see the figure", "the figure", ""),
        ("countries", "kind", "text",
         "reported (read off a source), imputed (from other data by a stated method) or assumed",
         ""),
        ("countries", "low", "see the figure", "lower bound", RANGE),
        ("countries", "high", "see the figure", "upper bound", RANGE),
        ("countries", "year", "year", "year of the figure", ""),
        ("countries", "source", "text", "ids in sources joined with ;", ""),
        ("countries", "method", "text", "method id, explained under the figure's own name", ""),
    ]  # fmt: skip


def build(
    out: Path, errors: dict[tuple[str, ...], float], ventures: Iterable[tuple[str, ...]]
) -> None:
    """Write columns.csv."""
    figures = [("countries", *line) for line in country_lines(errors)]
    header = ("table", "column", "unit", "meaning", "method")
    lines = [*keys(), *figures, *other_lines(), *mobility_lines(), *ventures]
    write_table(out / "columns.csv", header, lines)
