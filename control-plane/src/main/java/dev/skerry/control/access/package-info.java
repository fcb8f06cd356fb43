/**
 * Who may use the API: bearer tokens with their scopes, and the trail of what was done with them.
 */
@NullMarked
package dev.skerry.control.access;

import org.jspecify.annotations.NullMarked;
