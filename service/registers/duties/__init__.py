"""What people owe and report (Order 11(1)(ii), Order 16(1)(i), Order 17(v)): training, pledges, reports and what follows from them."""
