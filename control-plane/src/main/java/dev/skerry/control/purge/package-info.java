/**
 * The purge API, for the control plane and for a standalone node's admin port alike. It knows no
 * server: requests come in and answers go out as values.
 */
@NullMarked
package dev.skerry.control.purge;

import org.jspecify.annotations.NullMarked;
