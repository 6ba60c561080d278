-- A company's warehouse: people sign in with roles of their own.
create role analysts;
create role loaders;
create role ada login password 'ada-password' in role analysts;
create role grace login password 'grace-password' in role analysts, loaders;
create role linus login password 'linus-password' in role loaders;
create role mary login password 'mary-password' in role analysts;
create role canary;
