"""The sandbox CRM: a private, resettable company to practise on."""
