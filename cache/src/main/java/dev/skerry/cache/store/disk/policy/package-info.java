/** What is worth its place on a disk: admission, reinsertion, and what each site may take. */
@NullMarked
package dev.skerry.cache.store.disk.policy;

import org.jspecify.annotations.NullMarked;
