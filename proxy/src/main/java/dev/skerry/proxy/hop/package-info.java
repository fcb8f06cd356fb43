/** What one hop tells the next: forwarding fields, loop detection, and what our own nodes sign. */
@NullMarked
package dev.skerry.proxy.hop;

import org.jspecify.annotations.NullMarked;
