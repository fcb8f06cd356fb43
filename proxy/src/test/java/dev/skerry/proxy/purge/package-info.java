@NullMarked
package dev.skerry.proxy.purge;

import org.jspecify.annotations.NullMarked;
