/** HTTP values: heads, fields, dates, entity tags, ranges. */
@NullMarked
package dev.skerry.cache.http;

import org.jspecify.annotations.NullMarked;
