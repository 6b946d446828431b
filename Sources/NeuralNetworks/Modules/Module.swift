import Arrays
import Tensors

/// A model or a part of one: a struct whose stored properties are its parameters, its buffers and
/// other modules. Copying it copies the model.
///
///     struct Classifier: Module {
///       var hidden = Linear(784, 128)
///       var output = Linear(128, 10)
///       func callAsFunction(_ x: Tensor) -> Tensor { output(relu(hidden(x))) }
///     }
///
/// A `var` tensor is a parameter, a `@Buffer var` is state that is saved but not trained, a `let` is
/// a constant; the path of properties (`hidden.weight`) is a parameter's name.
public protocol Module: TensorTree {}

/// A module that makes one tensor of another, so that it can stand in a `Sequential`.
public protocol Layer: Module {
  func callAsFunction(_ input: Tensor) -> Tensor
}
