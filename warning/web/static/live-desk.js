// Leads from the plain desk to the live one, where scripts run.
"use strict";
location.replace("/desk/live");
