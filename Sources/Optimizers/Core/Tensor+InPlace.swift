import Arrays
import Tensors

extension Tensor {
  /// The tensor's memory, seen by nothing else and row-major, for kernels that change it in place:
  /// what is shared with another tensor, or strided, is copied first.
  mutating func ownedArray() -> NDArray {
    // What is known while a step is traced is a constant of its plan.
    let isOwned =
      isKnownUniquelyReferenced(&array) && array.ownsMemory
      && (!Trace.isActive || array.isAbstract)
    if !isOwned || !array.isContiguous {
      let copy = NDArray(uninitialized: Layout(contiguous: shape), dataType)
      ThreadState.backend.copy(array, into: copy)
      array = copy
    }
    array.contentsChange()
    return array
  }

  /// self += scale · other, for tensors of one shape and element type; in place where nothing else
  /// shares the memory.
  mutating func add(_ other: Tensor, scaledBy scale: Number) {
    guard dataType == .float32, !isTraced, scale.isKnown else {
      self = self + other.scaled(by: scale)
      return
    }
    ThreadState.backend.addScaled(
      other.array.compacted(), scale: Float(scale.value), to: ownedArray())
  }

  /// The same for a scale that is known when a step is traced.
  mutating func add(_ other: Tensor, scaledBy scale: Double) {
    add(other, scaledBy: Number(scale))
  }
}
