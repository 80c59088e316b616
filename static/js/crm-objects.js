// On a phone the objects stand in one row: bring the present one into sight.
document.querySelector(".crm-objects [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
