"""CPython's tests of multiprocessing under fork; installations often lack its own module for that."""

from test._test_multiprocessing import install_tests_in_module_dict

install_tests_in_module_dict(globals(), "fork")
