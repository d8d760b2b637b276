"""What passes between the company and a contact of a partner: invitations, answers, questionnaires."""
