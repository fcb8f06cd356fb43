/** Tests of the test kit: what it promises to other tests holds on the wire. */
@NullMarked
package dev.skerry.testkit;

import org.jspecify.annotations.NullMarked;
