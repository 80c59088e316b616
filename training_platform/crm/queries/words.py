"""What other CRMs call our things, so that what is learned here is found there."""

from collections.abc import Sequence


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


PRODUCTS = ("Salesforce", "纷享销客", "销售易", "悟空CRM", "Odoo")
#: Our word, then theirs in the order of PRODUCTS; a dash where the product has no such thing.
WORDS: Sequence[tuple[str, ...]] = (
    (_("Customer"), "Account", "客户", "客户", "客户", "Contact (Company)"),
    (_("Contact"), "Contact", "联系人", "联系人", "联系人", "Contact (Individual)"),
    (_("Lead"), "Lead", "销售线索", "销售线索", "线索", "Lead"),
    (_("Opportunity"), "Opportunity", "商机", "销售机会", "商机", "Opportunity"),
    (_("Stage"), "Stage", "商机阶段", "销售阶段", "商机阶段", "Stage"),
    (_("Follow-up"), "Activity (Task, Event)", "销售记录", "活动记录", "跟进记录", "Activity"),
    (_("Owner"), "Owner", "负责人", "所有人", "负责人", "Salesperson"),
    (_("Public pool"), "Queue", "公海", "公海池", "公海", "–"),
    (_("Claim"), "Accept", "领取", "领取", "领取", "Assign to me"),
    (_("Tier"), "Rating", "客户级别", "客户级别", "客户级别", "Tag"),
    (_("Ticket"), "Case", "工单", "服务工单", "工单", "Helpdesk Ticket"),
    (_("Service level"), "Entitlement / Milestone", "SLA", "SLA", "–", "SLA Policy"),
    (_("Quote"), "Quote", "报价单", "报价单", "–", "Quotation"),
    (_("Contract"), "Contract", "合同", "合同", "合同", "–"),
    (_("Order"), "Order", "销售订单", "订单", "–", "Sales Order"),
    (_("Payment"), "–", "回款", "回款", "回款", "Payment"),
    (_("Campaign"), "Campaign", "市场活动", "市场活动", "–", "Marketing Campaign"),
    (_("Segment"), "List View / Segment", "客户分群", "目标群组", "–", "Mailing List"),
    (_("Knowledge article"), "Knowledge Article", "知识库", "知识库", "–", "Knowledge Article"),
    (
        _("Assignment rule"),
        "Assignment Rule",
        "分配规则",
        "分配规则",
        "分配规则",
        "Assignment Rule",
    ),
    (_("Suspected duplicates"), "Duplicate Rule", "查重", "查重", "查重", "Similar Leads"),
    (_("Merge"), "Merge", "合并", "合并", "–", "Merge"),
    (_("Convert"), "Convert", "转换", "转换", "转化", "Convert to Opportunity"),
    (_("Saved view"), "List View", "场景", "视图", "场景", "Favorite"),
    (_("Report"), "Report", "报表", "报表", "商业智能", "Reporting"),
    (_("Dashboard"), "Dashboard", "驾驶舱", "仪表盘", "仪表盘", "Dashboard"),
    (_("Own fields"), "Custom Field", "自定义字段", "自定义字段", "自定义字段", "Studio Field"),
)
