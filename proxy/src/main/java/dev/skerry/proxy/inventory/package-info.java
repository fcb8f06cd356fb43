/** What a node has stored, for people who ask. */
@NullMarked
package dev.skerry.proxy.inventory;

import org.jspecify.annotations.NullMarked;
