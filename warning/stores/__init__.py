"""What pages read: history and the present standing of stations and zones."""
