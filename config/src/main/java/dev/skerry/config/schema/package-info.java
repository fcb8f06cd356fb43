/**
 * What configuration files may say, as a table of keys. Reading, the suggestions for unknown keys,
 * the JSON Schema and the reference page all come from that one table.
 */
@NullMarked
package dev.skerry.config.schema;

import org.jspecify.annotations.NullMarked;
