"""AWS in small: moto as an organization of four accounts, corrected where moto is not like AWS, with planted problems."""
