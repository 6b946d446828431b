extension ChangeChain {
  /// Takes what was fitted in training.
  ///
  /// - Throws: `RecipeError` where it is of other transforms.
  mutating func take(_ fitted: [Standardization], file: String) throws(RecipeError) {
    guard fitted.count == standardizations else {
      throw RecipeError(
        file: file, Place(path: "data.transforms"),
        "has standardize \(standardizations) times, but training has fitted \(fitted.count)")
    }
    self.fitted = fitted
  }
}
