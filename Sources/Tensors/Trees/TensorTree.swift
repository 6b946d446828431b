/// A value that holds tensors: a tensor, a model, an optimizer, a batch; arrays, optionals and
/// dictionaries of them; structs of all these.
///
/// A struct that conforms needs to write nothing: its stored properties are walked by reflection.
/// A `var` tensor is a parameter, a `@Buffer var` is state that is saved but not trained, a `let`
/// is a constant. A property that holds tensors in a way the walk cannot reach (a tuple, a class)
/// stops the program with the property's name, when the tree is first walked. So does an
/// enumeration whose cases hold some, unless it has a `visitTensors(_:)` of its own.
///
///     struct Batch: TensorTree {
///       var images: Tensor
///       var labels: Tensor
///     }
public protocol TensorTree: Sendable {
  /// Calls `visitor` for every tensor in the tree, in the order of declaration; it may replace
  /// parameters and buffers. The default walks stored properties.
  ///
  /// A tree that walks itself calls `visitor.visit(_:name:role:)` for a tensor of its own, with
  /// `visitor.role` for a trained one, and `visitor.visit(part:named:)` for a tree inside it, always
  /// for the same ones in the same order.
  mutating func visitTensors(_ visitor: TensorVisitor)
}

/// What a tensor is to the tree that holds it.
public enum TensorRole: Sendable, Hashable {
  /// Trained: a `var`.
  case parameter
  /// Saved but not trained: a `@Buffer var`.
  case buffer
  /// Neither: a `let`.
  case constant
}

/// Where a tensor is in a tree. Its path is written only for messages and names: that costs more
/// than an operation on a small tensor.
struct TensorPlace: Sendable {
  let components: [String]
  let name: String

  var isRoot: Bool { components.isEmpty && name.isEmpty }

  var path: String {
    (name.isEmpty ? components : components + [name]).joined(separator: ".")
  }
}

/// Walks the tensors of a tree, in place. Subclasses say what happens at each.
open class TensorVisitor {
  /// Components of the path from the root to the tree that is being walked.
  private var components: [String] = []
  private var isConstant = false
  /// Whether the walk knows where it is; otherwise paths are empty.
  final var keepsPaths = true

  /// A visitor at the root of a tree.
  public init() {}

  /// Called for each tensor that is no buffer. Changes are ignored where `role` is `.constant`.
  open func visit(_ tensor: inout Tensor, name: String, role: TensorRole) {}

  /// Called for each buffer; by default as for a tensor of the role `.buffer`.
  open func visit(_ buffer: inout Buffer, name: String) {
    visit(&buffer.wrappedValue, name: name, role: .buffer)
  }

  /// Called for each number that may change from call to call of a compiled step; by default they
  /// are passed over.
  open func visit(_ number: inout Number, name: String) {}

  /// Called for each random source; by default they are passed over.
  open func visit(_ source: inout RandomSource, name: String) {}

  /// Whether the walk also shows what is no tensor: see `note(_:)`.
  package var notesValues: Bool { false }

  /// Whether constants may be replaced, and counts are numbers rather than tensors: so when `compile`
  /// exchanges what a function works on.
  package var reachesEverything: Bool { false }

  /// Something on which what a program does with the tree may depend: a count, a plain value.
  package func note(_ word: UInt64) {}

  /// The path of the tensor `name` inside the tree that is being walked, for example
  /// `layers.0.weight`.
  public func path(_ name: String) -> String { place(name).path }

  /// The same, not yet written out.
  func place(_ name: String) -> TensorPlace { TensorPlace(components: components, name: name) }

  /// Walks a part of a tree, whose tensors' paths begin with `component`.
  public func visit<Tree: TensorTree>(part tree: inout Tree, named component: String) {
    // The part may be of any type, as a layer of a `Sequential` is.
    if notesValues { note(UInt64(UInt(bitPattern: ObjectIdentifier(Tree.self)))) }
    with(component) { tree.visitTensors(self) }
  }

  /// What a trained tensor of the tree that is being walked is to the whole: `.parameter`, or
  /// `.constant` below a `let`. A tree that walks itself passes it on:
  ///
  ///     visitor.visit(&weight, name: "weight", role: visitor.role)
  public var role: TensorRole { isConstant ? .constant : .parameter }

  /// Walks a `let` property: everything below is constant.
  func visitConstant<Tree: TensorTree>(_ tree: inout Tree) {
    let previous = isConstant
    isConstant = true
    if reachesEverything {
      tree.visitTensors(self)
    } else {
      var copy = tree
      copy.visitTensors(self)
    }
    isConstant = previous
  }

  /// Walks something below a component of the path.
  @inline(__always)
  package final func with(_ component: String, _ body: () -> Void) {
    if !keepsPaths { return body() }
    components.append(component)
    body()
    components.removeLast()
  }
}

extension TensorTree {
  public mutating func visitTensors(_ visitor: TensorVisitor) {
    FieldWalk.of(Self.self).visit(&self, visitor)
  }
}

extension Tensor: TensorTree {
  public mutating func visitTensors(_ visitor: TensorVisitor) {
    visitor.visit(&self, name: "", role: visitor.role)
  }
}

extension Array: TensorTree where Element: TensorTree {
  /// Elements are named by their indices.
  public mutating func visitTensors(_ visitor: TensorVisitor) {
    visitor.note(UInt64(count))
    for index in indices { visitor.visit(part: &self[index], named: String(index)) }
  }
}

extension Optional: TensorTree where Wrapped: TensorTree {
  public mutating func visitTensors(_ visitor: TensorVisitor) {
    visitor.note(self == nil ? 0 : 1)
    self?.visitTensors(visitor)
  }
}

extension Dictionary: TensorTree where Key == String, Value: TensorTree {
  /// Values are visited in the order of their keys, which name them.
  public mutating func visitTensors(_ visitor: TensorVisitor) {
    visitor.note(UInt64(count))
    for key in keys.sorted() {
      visitor.note(UInt64(bitPattern: Int64(key.hashValue)))
      if let index = index(forKey: key) { visitor.visit(part: &values[index], named: key) }
    }
  }
}
