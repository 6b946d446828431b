extension Form {
  /// What is wrong with a value that should be of this form; nothing where it is right.
  package func problems(of node: RecipeNode) -> [RecipeError.Problem] {
    var reader = FormReader()
    _ = reader.read(node, as: self, at: "")
    return reader.problems
  }
}
