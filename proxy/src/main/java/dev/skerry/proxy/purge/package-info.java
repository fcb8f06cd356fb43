/** Purges that clients send to the URLs of sites, as they would to another cache. */
@NullMarked
package dev.skerry.proxy.purge;

import org.jspecify.annotations.NullMarked;
