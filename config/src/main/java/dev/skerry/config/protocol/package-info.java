/**
 * What control plane and nodes say to each other: revisions, changes, purge records, and the
 * messages that carry them.
 */
@NullMarked
package dev.skerry.config.protocol;

import org.jspecify.annotations.NullMarked;
