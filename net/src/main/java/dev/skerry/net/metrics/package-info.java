/**
 * What a process counts, and how Prometheus reads it. The metrics library is imported here alone.
 */
@NullMarked
package dev.skerry.net.metrics;

import org.jspecify.annotations.NullMarked;
