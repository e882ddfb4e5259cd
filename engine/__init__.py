"""The mechanism of directive cascades; knows no concrete workflow, no screen and no drawing."""
