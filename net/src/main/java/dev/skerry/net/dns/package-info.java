/** Names of upstreams: DNS by TTL, with the last good answer kept when it fails. */
@NullMarked
package dev.skerry.net.dns;

import org.jspecify.annotations.NullMarked;
