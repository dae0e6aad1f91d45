"""What people of the crisis staff and of institutions see behind a login or a link."""
