/** What control plane and nodes say to each other: revisions and purge records. */
@NullMarked
package dev.skerry.config.protocol;

import org.jspecify.annotations.NullMarked;
