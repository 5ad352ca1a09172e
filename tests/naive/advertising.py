"""Written from the rule, without sight of the kernel: advertising, a hazard from outside the network.

A node that advertising h has not won yet is won with probability h in each step, which is the same as this:
it withstands for an exponential time of mean 1, of which every step uses up -log(1 - h). One draw per node
decides. Nothing is won where h = 0, all in step 1 where h = 1.
"""

import math

from tests.naive.philox import OUTSIDE, bits64, c3, waiting


def won(node, t, advertising, key, w):
    """Tell whether advertising reaches the node in step t or has done so before."""
    if advertising == 0 or advertising == 1:
        return advertising == 1
    return t * -math.log(1 - advertising) >= waiting(bits64(key, node, 0, w, c3(OUTSIDE)))
