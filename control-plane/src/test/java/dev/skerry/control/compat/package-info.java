@NullMarked
package dev.skerry.control.compat;

import org.jspecify.annotations.NullMarked;
