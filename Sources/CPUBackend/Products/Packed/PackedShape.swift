import CKernels

/// A float32 matrix [depth, columns] as packed panels, the order in which products read their
/// right operand: [⌈columns / W⌉][depth][W] with W = `panelWidth`, the last panel filled up with
/// zeros. The element (p, j) is at `j / W · panelStride + p · W + j % W`.
///
/// The weight of a linear layer, [out, in], is packed as its transpose [in, out].
package struct PackedShape: Hashable, Sendable {
  /// k, the terms of a product's sums.
  package let depth: Int
  /// n, the columns of a product's result.
  package let columns: Int
  /// Columns of a panel: what the kernels of this processor take at a time.
  package let panelWidth: Int

  package init(depth: Int, columns: Int) {
    self.depth = depth
    self.columns = columns
    panelWidth = Int(kernel_panel_width())
  }

  package var panels: Int { (columns + panelWidth - 1) / panelWidth }
  /// Elements from a panel to the next.
  package var panelStride: Int { depth * panelWidth }
  /// Elements, those that fill up the last panel included.
  package var count: Int { panels * panelStride }
  package var byteCount: Int { count * MemoryLayout<Float>.stride }
}
