export const account = '123456789012'
export const region = 'eu-west-1'
export const zone = `${region}a`
