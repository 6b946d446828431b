/// A strided array of numbers: storage, where the elements lie in it, and their type.
///
/// It is what a backend sees of a tensor.
package struct NDArray: Sendable {
  package var storage: Storage
  package var layout: Layout
  package let dataType: DataType

  package init(storage: Storage, layout: Layout, dataType: DataType) {
    self.storage = storage
    self.layout = layout
    self.dataType = dataType
  }

  /// A fresh array with undefined contents; `layout` must start at 0 and be dense.
  package init(uninitialized layout: Layout, _ dataType: DataType) {
    self.layout = layout
    self.dataType = dataType
    self.storage = Storage(byteCount: layout.count * dataType.byteCount)
  }

  package var shape: Shape { layout.shape }
  package var strides: [Int] { layout.strides }
  package var rank: Int { layout.shape.rank }
  package var count: Int { layout.count }
  package var isContiguous: Bool { layout.isContiguous }

  /// The address of the element whose indices are all zero.
  package var rawPointer: UnsafeMutableRawPointer {
    storage.pointer + layout.offset * dataType.byteCount
  }

  /// `rawPointer`, typed; `Element` must be the Swift type of `dataType`.
  package func pointer<Element>(as type: Element.Type) -> UnsafeMutablePointer<Element> {
    rawPointer.assumingMemoryBound(to: Element.self)
  }

  /// The same storage seen through another layout.
  package func view(_ layout: Layout) -> NDArray {
    NDArray(storage: storage, layout: layout, dataType: dataType)
  }
}
