"""The lists from which fields of the sandbox choose: codes in the data, texts for people."""

from collections.abc import Mapping


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


Choices = Mapping[str, str]

#: GB/T 4754 sections, narrowed to what a B2B seller meets.
INDUSTRIES: Choices = {
    "machinery": _("Machinery"),
    "electronics": _("Electronics"),
    "chemicals": _("Chemicals"),
    "food": _("Food and drink"),
    "textiles": _("Textiles"),
    "building_materials": _("Building materials"),
    "automotive": _("Automotive"),
    "medical": _("Medical devices"),
    "energy": _("Energy"),
    "logistics": _("Logistics"),
    "retail": _("Retail"),
    "hospitality": _("Hotels and catering"),
    "software": _("Software"),
    "education": _("Education"),
    "environment": _("Environmental services"),
}
REGIONS: Choices = {
    "east": _("East China"),
    "south": _("South China"),
    "north": _("North China"),
    "west": _("West China"),
}
#: Province → its sales region.
PROVINCE_REGIONS: Mapping[str, str] = {
    "shanghai": "east",
    "jiangsu": "east",
    "zhejiang": "east",
    "shandong": "east",
    "guangdong": "south",
    "fujian": "south",
    "hunan": "south",
    "hubei": "south",
    "beijing": "north",
    "tianjin": "north",
    "hebei": "north",
    "liaoning": "north",
    "sichuan": "west",
    "chongqing": "west",
    "shaanxi": "west",
    "yunnan": "west",
}
PROVINCES: Choices = {
    "shanghai": _("Shanghai"),
    "jiangsu": _("Jiangsu"),
    "zhejiang": _("Zhejiang"),
    "shandong": _("Shandong"),
    "guangdong": _("Guangdong"),
    "fujian": _("Fujian"),
    "hunan": _("Hunan"),
    "hubei": _("Hubei"),
    "beijing": _("Beijing"),
    "tianjin": _("Tianjin"),
    "hebei": _("Hebei"),
    "liaoning": _("Liaoning"),
    "sichuan": _("Sichuan"),
    "chongqing": _("Chongqing"),
    "shaanxi": _("Shaanxi"),
    "yunnan": _("Yunnan"),
}
SOURCES: Choices = {
    "trade_fair": _("Trade fair"),
    "online_ad": _("Online advertising"),
    "referral": _("Referral"),
    "website": _("Website"),
    "phone": _("Phone call"),
}
TIERS: Choices = {"vip": _("VIP"), "key": _("Key"), "regular": _("Regular")}
STAGES: Choices = {
    "initial_contact": _("First contact"),
    "needs_analysis": _("Needs analysis"),
    "proposal": _("Proposal"),
    "contract": _("Contract"),
    "won": _("Won"),
    "lost": _("Lost"),
}
LOST_REASONS: Choices = {
    "price": _("Price"),
    "competitor": _("A competitor won"),
    "no_budget": _("No budget"),
    "no_need": _("No need any more"),
    "no_answer": _("No answer"),
    "delivery": _("Delivery time"),
    "other": _("Other"),
}
CONTACT_ROLES: Choices = {
    "decision_maker": _("Decision maker"),
    "user": _("User"),
    "buyer": _("Buyer"),
    "influencer": _("Influencer"),
}
SELLER_ROLES: Choices = {
    "seller": _("Seller"),
    "senior_agent": _("Senior service agent"),
    "team_lead": _("Team lead"),
    "director": _("Sales director"),
}
LEAD_STATUSES: Choices = {
    "unassigned": _("Unassigned"),
    "assigned": _("Assigned"),
    "following": _("In follow-up"),
    "converted": _("Converted"),
    "invalid": _("Invalid"),
    "returned": _("Back in the pool"),
}
LEAD_POTENTIALS: Choices = {"high": _("High"), "medium": _("Medium"), "low": _("Low")}
NURTURE_STEPS: Choices = {
    "none": _("None"),
    "welcome": _("Welcome mail"),
    "case_study": _("Case study sent"),
    "invitation": _("Invited to a demonstration"),
    "ready": _("Ready for sales"),
}
ACTIVITY_METHODS: Choices = {
    "call": _("Phone call"),
    "visit": _("Visit"),
    "online_meeting": _("Online meeting"),
    "email": _("E-mail message"),
    "wechat": _("WeChat"),
    "task": _("Task"),
}
TICKET_CHANNELS: Choices = {
    "phone": _("Phone call"),
    "online": _("Online"),
    "email": _("E-mail message"),
    "wechat": _("WeChat"),
}
TICKET_CATEGORIES: Choices = {
    "complaint": _("Complaint"),
    "repair": _("Repair"),
    "question": _("Inquiry"),
    "delivery": _("Delivery"),
    "invoice": _("Invoice"),
    "data_change": _("Change of data"),
}
LEVELS: Choices = {"high": _("High"), "medium": _("Medium"), "low": _("Low")}
PRIORITIES: Choices = {
    "urgent": _("Urgent"),
    "high": _("High"),
    "medium": _("Medium"),
    "low": _("Low"),
}
TICKET_STATUSES: Choices = {
    "new": _("New"),
    "assigned": _("Assigned"),
    "in_progress": _("In progress"),
    "waiting": _("Waiting for the customer"),
    "resolved": _("Resolved"),
    "closed": _("Closed"),
    "reopened": _("Reopened"),
}
TICKET_STEPS: Choices = {
    "received": _("Received"),
    "assigned": _("Assigned"),
    "identity_checked": _("Identity checked"),
    "replied": _("Replied"),
    "investigated": _("Investigated"),
    "resolved": _("Resolved"),
    "closed": _("Closed"),
    "reopened": _("Reopened"),
    "note": _("Note"),
}
ARTICLE_STATES: Choices = {
    "draft": _("Draft"),
    "published": _("Published"),
    "outdated": _("Outdated"),
}
FEEDBACK_KINDS: Choices = {
    "praise": _("Praise"),
    "suggestion": _("Suggestion"),
    "complaint": _("Complaint"),
    "question": _("Inquiry"),
}
FEEDBACK_STATES: Choices = {
    "open": _("Open"),
    "in_progress": _("In progress"),
    "done": _("Done"),
}
PROBLEM_KINDS: Choices = {
    "data": _("Customer data"),
    "system": _("System"),
    "process": _("Process"),
    "permission": _("Permission"),
}
PAGE_KINDS: Choices = {
    "home": _("Home page"),
    "product": _("Product page"),
    "price": _("Price page"),
    "case": _("Case page"),
    "support": _("Support page"),
    "contact": _("Contact page"),
}
PRODUCT_LINES: Choices = {
    "equipment": _("Equipment"),
    "spare_part": _("Spare part"),
    "consumable": _("Consumable"),
    "service": _("Service contract"),
}
QUOTE_STATES: Choices = {
    "draft": _("Draft"),
    "in_approval": _("In approval"),
    "approved": _("Approved"),
    "sent": _("Sent"),
    "accepted": _("Accepted"),
    "refused": _("Refused"),
}
CONTRACT_STATES: Choices = {
    "draft": _("Draft"),
    "in_approval": _("In approval"),
    "signed": _("Signed"),
    "ended": _("Ended"),
}
ORDER_STATES: Choices = {
    "open": _("Open"),
    "paid": _("Paid"),
    "shipped": _("Shipped"),
    "done": _("Done"),
    "canceled": _("Canceled"),
}
PAYMENT_KINDS: Choices = {"payment": _("Payment"), "refund": _("Refund")}
CAMPAIGN_KINDS: Choices = {
    "email": _("E-mail message"),
    "sms": _("Text message"),
    "trade_fair": _("Trade fair"),
    "webinar": _("Online seminar"),
}
CAMPAIGN_STATES: Choices = {
    "planned": _("Planned"),
    "running": _("Running"),
    "ended": _("Ended"),
}
MEMBER_STATES: Choices = {
    "planned": _("Planned"),
    "delivered": _("Delivered"),
    "opened": _("Opened"),
    "clicked": _("Clicked"),
    "responded": _("Responded"),
    "won": _("Bought"),
    "bounced": _("Not deliverable"),
    "opted_out": _("Opted out"),
}
TARGET_SCOPES: Choices = {
    "company": _("Company"),
    "team": _("Team"),
    "seller": _("Seller"),
}
REFERRAL_STATES: Choices = {
    "claimed": _("Claimed"),
    "valid": _("Valid"),
    "refused": _("Refused"),
    "paid": _("Paid"),
}
RETENTION_STATES: Choices = {
    "active": _("Active"),
    "archived": _("Archived"),
    "anonymized": _("Anonymized"),
}
CONSENTS: Choices = {
    "all": _("Phone and mail"),
    "phone": _("Phone only"),
    "email": _("Mail only"),
    "none": _("None"),
}
ALERT_KINDS: Choices = {
    "follow_up_due": _("Follow-up due"),
    "first_follow_up_late": _("First follow-up late"),
    "response_late": _("First response late"),
    "resolution_late": _("Resolution late"),
    "recycled": _("Back in the public pool"),
    "protection_ends": _("Protection ends"),
    "target_lag": _("Behind target"),
    "mass_export": _("Mass export"),
}
ASSIGN_STRATEGIES: Choices = {
    "fixed": _("One seller"),
    "round_robin": _("In turn"),
    "least_busy": _("Least busy"),
}
CUSTOM_KINDS: Choices = {
    "text": _("Text"),
    "number": _("Number"),
    "date": _("Date"),
    "choice": _("Choice"),
}
INCIDENT_STATES: Choices = {
    "reported": _("Reported"),
    "investigating": _("Under investigation"),
    "contained": _("Contained"),
    "closed": _("Closed"),
}
