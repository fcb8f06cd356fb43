/**
 * What happened to a fleet, as a list of events, and whether it may have: pure, so that a history
 * can be judged again from its file.
 */
@NullMarked
package dev.skerry.cli.history.check;

import org.jspecify.annotations.NullMarked;
