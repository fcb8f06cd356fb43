/** The settings of one process: flag over {@code SKERRY_*} over settings file over default. */
@NullMarked
package dev.skerry.config.node;

import org.jspecify.annotations.NullMarked;
