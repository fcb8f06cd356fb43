/** The sites API: documents are checked whole, applied as versions, compared and rolled back. */
@NullMarked
package dev.skerry.control.sites;

import org.jspecify.annotations.NullMarked;
