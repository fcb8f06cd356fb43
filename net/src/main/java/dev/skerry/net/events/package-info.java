/** Server-sent events, written and read. */
@NullMarked
package dev.skerry.net.events;

import org.jspecify.annotations.NullMarked;
