"""The closed lists of words a pack may use, each with its meaning in both languages."""

from enum import StrEnum

from minewatch.model.text import Text


class Status(StrEnum):
    """What is known of an instrument's force."""

    REPORTED_ONLY = "reported_only"
    REPORTED_MEETING = "reported_meeting"
    DRAFT = "draft"
    STATEMENT = "statement"
    IN_FORCE = "in_force"
    REPEALED = "repealed"


STATUS: dict[Status, Text] = {
    Status.REPORTED_ONLY: Text("reported only: no official text is in hand", "仅见报道：未见官方文本"),
    Status.REPORTED_MEETING: Text("a meeting reported by the press; no document", "会议（据报道），无文件"),
    Status.DRAFT: Text("draft for comment", "征求意见稿"),
    Status.STATEMENT: Text("a published statement of policy, not a norm", "已公布的政策表态，非规范性文件"),
    Status.IN_FORCE: Text("in force", "现行有效"),
    Status.REPEALED: Text("repealed", "已废止"),
}

NOT_A_LEGAL_BASIS = frozenset(
    {Status.REPORTED_ONLY, Status.REPORTED_MEETING, Status.DRAFT, Status.STATEMENT, Status.REPEALED}
)
"""An instrument of these kinds can be rehearsed; as the basis of a notice it needs a named person's recorded reason."""


class Grade(StrEnum):
    """How well a value is attested. What was only remembered (grade M in our notes) never enters a pack."""

    A = "A"
    B = "B"
    C = "C"


GRADES: dict[Grade, Text] = {
    Grade.A: Text("the official text itself was read", "读到官方原文"),
    Grade.B: Text(
        "press of the day that had or closely quoted the document, or a law firm's or regulator's public page",
        "当时媒体取得、翻译或逐字引述该文件，或律所、监管部门公开网页",
    ),
    Grade.C: Text("a rewritten or aggregated page: reported, not confirmed", "转写或聚合网页：仅供线索，未经证实"),
}


class Form(StrEnum):
    """Kind of document or act."""

    NOTICE = "notice"
    ORDER = "order"
    CONSULTATION_DRAFT = "consultation_draft"
    ANNOUNCEMENT = "announcement"
    COMMUNIQUE = "communique"
    DECREE = "decree"
    MEETING = "meeting"
    SYMPOSIUM = "symposium"
    STANDING_RULES = "standing_rules"


FORMS: dict[Form, Text] = {
    Form.NOTICE: Text("notice", "通知"),
    Form.ORDER: Text("order to a named body", "责令通知"),
    Form.CONSULTATION_DRAFT: Text("draft for comment", "征求意见稿"),
    Form.ANNOUNCEMENT: Text("public announcement", "公告"),
    Form.COMMUNIQUE: Text("meeting communiqué", "会议公报"),
    Form.DECREE: Text("decree", "令"),
    Form.MEETING: Text("meeting", "会议"),
    Form.SYMPOSIUM: Text("research symposium", "调研座谈会"),
    Form.STANDING_RULES: Text("standing rules", "规章"),
}


class PartyKind(StrEnum):
    """Kinds of party an instrument obliges or lets act."""

    PROVINCE = "province_government"
    CITY = "city_government"
    COUNTY = "county_government"
    PARK = "park_committee"
    DRC = "development_reform"
    ENERGY = "energy_authority"
    REGULATOR = "energy_regulator"
    INDUSTRY = "industry_authority"
    TELECOM = "telecom_authority"
    FINANCE = "finance_authority"
    POLICE = "police"
    JUDICIARY = "judiciary"
    DISCIPLINE = "discipline_body"
    CREDIT = "credit_system"
    SUPERVISION = "energy_saving_supervision"
    MARKET = "power_market"
    GRID = "grid_company"
    GENERATOR = "generator"
    ENTERPRISE = "mining_enterprise"
    DATACENTRE = "data_centre"
    FINANCIAL = "financial_institution"
    MACHINE_MAKER = "machine_maker"
    PUBLIC = "public"
    OTHER = "other"


class Action(StrEnum):
    """What a measure does."""

    STOP = "stop"
    CUT_SUPPLY = "cut_supply"
    SUSPENSION = "suspension"
    CLOSE_RECTIFY = "close_and_rectify"
    CLEAR_OUT = "clear_out"
    SCREEN = "screen"
    SELF_CHECK = "self_check"
    SWEEP = "sweep"
    SPOT_CHECK = "spot_check"
    INSPECTION = "inspection"
    LIST = "keep_list"
    MONITOR = "monitor"
    NO_NEW = "no_new_projects"
    NO_CONNECTION = "no_connection"
    NO_SUPPORT = "no_support"
    NO_SERVICE = "no_service"
    QUOTA_CUT = "quota_cut"
    DOUBLE_COUNT = "double_count"
    BENEFIT_WITHDRAWAL = "benefit_withdrawal"
    MARKET_EXIT = "market_exit"
    LICENCE_REVOCATION = "licence_revocation"
    BLACKLIST = "blacklist"
    REFER_JUDICIAL = "refer_judicial"
    REFER_COMPETENT = "refer_competent"
    REFER_DISCIPLINE = "refer_discipline"
    ACCOUNTABILITY = "accountability"
    SURCHARGE = "surcharge"
    BACK_PAYMENT = "back_payment"
    PENALTY = "penalty"
    PLEDGE = "credit_pledge"
    TIP_OFF = "tip_off"
    REPORT = "report"
    RESTORE_LATER = "restore_on_notice"
    GUIDANCE = "guidance"


ACTIONS: dict[Action, Text] = {
    Action.STOP: Text("stop mining", "停止挖矿"),
    Action.CUT_SUPPLY: Text("cut the supply", "中止供电"),
    Action.SUSPENSION: Text("suspend the business for rectification", "停产（停业）整顿"),
    Action.CLOSE_RECTIFY: Text("close and rectify", "关停整改"),
    Action.CLEAR_OUT: Text("clear out and shut down", "清理关停"),
    Action.SCREEN: Text("screen the listed objects", "甄别"),
    Action.SELF_CHECK: Text("check oneself and report", "自查自纠"),
    Action.SWEEP: Text("sweep the whole area", "全面排查"),
    Action.SPOT_CHECK: Text("spot check", "抽查"),
    Action.INSPECTION: Text("inspect", "检查、监察"),
    Action.LIST: Text("keep a list", "建立清单"),
    Action.MONITOR: Text("watch power use", "监测用电"),
    Action.NO_NEW: Text("approve no new project", "严禁新增"),
    Action.NO_CONNECTION: Text("no connection, no supply", "不得报装、供电"),
    Action.NO_SUPPORT: Text("no public support", "不得给予支持"),
    Action.NO_SERVICE: Text("no service", "不得提供服务"),
    Action.QUOTA_CUT: Text("cut the energy-budget quota", "扣减能耗预算指标"),
    Action.DOUBLE_COUNT: Text("count the energy double", "能耗加倍计算"),
    Action.BENEFIT_WITHDRAWAL: Text("withdraw preferential policies", "取消优惠政策"),
    Action.MARKET_EXIT: Text("leave the power market", "退出电力市场"),
    Action.LICENCE_REVOCATION: Text("revoke the licence", "吊销许可证"),
    Action.BLACKLIST: Text("enter in the dishonesty blacklist", "纳入失信黑名单"),
    Action.REFER_JUDICIAL: Text("refer to the judiciary", "移送司法机关"),
    Action.REFER_COMPETENT: Text("refer to the competent body", "移送有关部门"),
    Action.REFER_DISCIPLINE: Text("refer to discipline inspection", "移送纪检监察机关"),
    Action.ACCOUNTABILITY: Text("hold to account", "追责问责"),
    Action.SURCHARGE: Text("charge the differential price", "执行差别电价"),
    Action.BACK_PAYMENT: Text("recover evaded charges", "追补电费"),
    Action.PENALTY: Text("punish under the law", "依法查处"),
    Action.PLEDGE: Text("sign a credit pledge", "信用承诺"),
    Action.REPORT: Text("report", "报告"),
    Action.TIP_OFF: Text("take tips from the public", "受理举报"),
    Action.RESTORE_LATER: Text("restore on separate notice", "另行通知恢复供电"),
    Action.GUIDANCE: Text("set the direction", "提出要求"),
}


class Unit(StrEnum):
    """Units of amounts and counts in a pack."""

    CNY_PER_KWH = "CNY/kWh"
    CNY_PER_KW = "CNY/kW"
    TIMES = "times"
    PERCENT = "%"
    MONTH = "month"
    DAY = "day"
    WORKING_DAY = "working_day"
    HOUR_PER_DAY = "hour/day"
    PROJECT = "project"
    COUNTY = "county"
    CITY = "city"
    CATEGORY = "category"
    DEPARTMENT = "department"
    MEASURE = "measure"
    ENTERPRISE = "enterprise"
    MACHINE = "machine"
    STATION = "station"
    HOUSEHOLD = "household"
    KW = "kW"
    MW = "MW"
    KWH = "kWh"
    MWH = "MWh"
    GWH = "GWh"
    CNY = "CNY"
    EH_PER_S = "EH/s"
    PH_PER_S = "PH/s"


class Reading(StrEnum):
    """How the time a text names is counted.

    ``at``: the minute is named. ``through_day``: a day is named and counts to its end ("before 25 June" is read so,
    in favour of the obliged party; the strict reading ends when the day begins). ``through_month``: to the month's end.
    """

    AT = "at"
    THROUGH_DAY = "through_day"
    THROUGH_MONTH = "through_month"
