/** The router: which edge a client is sent to, and why. */
@NullMarked
package dev.skerry.control.route;

import org.jspecify.annotations.NullMarked;
