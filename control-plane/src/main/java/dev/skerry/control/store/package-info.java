/**
 * What the control plane remembers: changes in one order, and records by name. One contract, for
 * the embedded store and for others.
 */
@NullMarked
package dev.skerry.control.store;

import org.jspecify.annotations.NullMarked;
