/** Which of several healthy upstreams gets a request. */
@NullMarked
package dev.skerry.proxy.upstream.balance;

import org.jspecify.annotations.NullMarked;
